"""The names that Keras 3 has, so that one which is not known here is told from one that is mistyped."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LAYERS = _names("""
    Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
    AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add add AdditiveAttention AlphaDropout
    Attention AugMix AutoContrast Average average AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D
    AvgPool2D AvgPool3D BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate concatenate
    ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D
    Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose Convolution2D
    Convolution2DTranspose Convolution3D Convolution3DTranspose Cropping1D Cropping2D Cropping3D CutMix Dense
    DepthwiseConv1D DepthwiseConv2D deserialize Discretization Dot dot Dropout EinsumDense ELU Embedding
    Equalization Flatten FlaxLayer GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D
    GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization
    GroupQueryAttention GRU GRUCell HashedCrossing Hashing Identity Input InputLayer InputSpec IntegerLookup
    JaxLayer Lambda Layer LayerNormalization LeakyReLU LSTM LSTMCell Masking Maximum maximum MaxNumBoundingBoxes
    MaxPool1D MaxPool2D MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D MelSpectrogram Minimum minimum MixUp
    MultiHeadAttention Multiply multiply Normalization Permute Pipeline PReLU RandAugment RandomBrightness
    RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing
    RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization
    RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom ReLU RepeatVector
    Rescaling Reshape Resizing ReversibleEmbedding RMSNormalization RNN SeparableConv1D SeparableConv2D
    SeparableConvolution1D SeparableConvolution2D serialize SimpleRNN SimpleRNNCell Softmax Solarization
    SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells STFTSpectrogram
    StringLookup Subtract subtract TextVectorization TFSMLayer TimeDistributed TorchModuleWrapper
    UnitNormalization UpSampling1D UpSampling2D UpSampling3D Wrapper ZeroPadding1D ZeroPadding2D ZeroPadding3D
""")
"""In ``keras.layers``, and what a text can name there."""

ACTIVATIONS = _names("""
    celu deserialize elu exponential gelu get glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
    leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu serialize sigmoid silu soft_shrink softmax
    softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink threshold
""")
"""In ``keras.activations``, and what a text can name there."""

INITIALIZERS = _names("""
    Constant constant deserialize get glorot_normal glorot_uniform GlorotNormal GlorotUniform he_normal
    he_uniform HeNormal HeUniform Identity identity IdentityInitializer Initializer lecun_normal lecun_uniform
    LecunNormal LecunUniform normal one Ones ones Orthogonal orthogonal OrthogonalInitializer random_normal
    random_uniform RandomNormal RandomUniform serialize STFT stft STFTInitializer truncated_normal
    TruncatedNormal uniform variance_scaling VarianceScaling zero Zeros zeros
""")
"""In ``keras.initializers``, and what a text can name there."""

REGULARIZERS = _names("""
    deserialize get L1 l1 l1_l2 L1L2 L2 l2 orthogonal_regularizer OrthogonalRegularizer Regularizer serialize
""")
"""In ``keras.regularizers``, and what a text can name there."""

OPTIMIZERS = _names("""
    Adadelta adadelta Adafactor adafactor Adagrad adagrad Adam Adamax adamax AdamW deserialize Ftrl ftrl get
    Lamb lamb legacy Lion lion LossScaleOptimizer MultiOptimizer Muon muon Nadam nadam Optimizer OptimizerMap
    RMSprop ScheduleFreeAdamW schedules serialize SGD
""")
"""In ``keras.optimizers``, and what a text can name there."""

LOSSES = _names("""
    BCE bce binary_crossentropy binary_focal_crossentropy BinaryCrossentropy BinaryFocalCrossentropy
    categorical_crossentropy categorical_focal_crossentropy categorical_generalized_cross_entropy
    categorical_hinge CategoricalCrossentropy CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy
    CategoricalHinge Circle circle cosine_similarity CosineSimilarity CTC ctc deserialize Dice dice get Hinge
    hinge Huber huber kl_divergence KLD kld KLDivergence log_cosh LogCosh Loss MAE mae MAPE mape
    mean_absolute_error mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error
    MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError MSE mse MSLE msle
    Poisson poisson serialize sparse_categorical_crossentropy SparseCategoricalCrossentropy squared_hinge
    SquaredHinge Tversky tversky
""")
"""In ``keras.losses``, and what a text can name there."""

METRICS = _names("""
    Accuracy accuracy AUC auc BCE bce binary_accuracy binary_crossentropy binary_focal_crossentropy
    BinaryAccuracy BinaryCrossentropy BinaryIoU categorical_accuracy categorical_crossentropy
    categorical_focal_crossentropy categorical_hinge CategoricalAccuracy CategoricalCrossentropy
    CategoricalHinge concordance_correlation ConcordanceCorrelation CosineSimilarity deserialize f1_score
    F1Score false_negatives false_positives FalseNegatives FalsePositives FBetaScore get Hinge hinge huber IoU
    kl_divergence KLDivergence log_cosh LogCoshError MAE mae MAPE mape Mean mean mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error MeanAbsoluteError
    MeanAbsolutePercentageError MeanIoU MeanMetricWrapper MeanSquaredError MeanSquaredLogarithmicError Metric
    MSE mse MSLE msle OneHotIoU OneHotMeanIoU pearson_correlation PearsonCorrelation Poisson poisson Precision
    precision PrecisionAtRecall R2Score Recall recall RecallAtPrecision root_mean_squared_error
    RootMeanSquaredError SensitivityAtSpecificity serialize sparse_categorical_accuracy
    sparse_categorical_crossentropy sparse_top_k_categorical_accuracy SparseCategoricalAccuracy
    SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SpecificityAtSensitivity squared_hinge
    SquaredHinge Sum top_k_categorical_accuracy TopKCategoricalAccuracy true_negatives true_positives
    TrueNegatives TruePositives
""")
"""In ``keras.metrics``, and what a text can name there."""

MODELS = _names("""
    clone_model load_model Model model_from_json save_model Sequential
""")
"""In ``keras.models``, and what a text can name there."""

UTILS = _names("""
    array_to_img audio_dataset_from_directory bounding_boxes clear_session Config custom_object_scope
    CustomObjectScope deserialize_keras_object disable_interactive_logging enable_interactive_logging
    FeatureSpace get_custom_objects get_file get_registered_name get_registered_object get_source_inputs
    image_dataset_from_directory img_to_array is_interactive_logging_enabled is_keras_tensor legacy load_img
    model_to_dot normalize pack_x_y_sample_weight pad_sequences plot_model Progbar PyDataset
    register_keras_serializable save_img Sequence serialize_keras_object set_random_seed split_dataset
    standardize_dtype text_dataset_from_directory timeseries_dataset_from_array to_categorical
    unpack_x_y_sample_weight
""")
"""In ``keras.utils``, and what a text can name there."""

BACKEND = _names("""
    backend clear_session epsilon floatx get_uid image_data_format is_float_dtype is_int_dtype is_keras_tensor
    result_type set_epsilon set_floatx set_image_data_format standardize_dtype
""")
"""In ``keras.backend``, and what a text can name there."""

RANDOM = _names("""
    beta binomial categorical dropout gamma normal randint SeedGenerator shuffle truncated_normal uniform
""")
"""In ``keras.random``, and what a text can name there."""

TOP = _names("""
    DTypePolicy FloatDTypePolicy Function Initializer Input InputSpec KerasTensor Layer Loss Metric Model
    Operation Optimizer Quantizer Regularizer RematScope Sequential StatelessScope SymbolicScope Variable device
    name_scope remat version
""")
"""In ``keras`` itself, the parts of it left out."""

PARTS = _names("""
    activations applications backend callbacks config constraints datasets distillation distribution
    dtype_policies export initializers layers legacy losses metrics mixed_precision models ops optimizers
    preprocessing quantizers random regularizers saving tree utils visualization wrappers
""")
"""The parts of ``keras``."""
